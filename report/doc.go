// Package report turns a result set into what people read: charts as SVG and PNG
// (Charts, WriteCharts) and a summary for the terminal (Summary). It runs nothing
// and measures nothing: whatever it shows stands in the results.Set it was given,
// so a report can be made again years later from the committed files.
//
// Reading order: format.go and names.go say how numbers and names are written,
// charts.go which kinds of chart there are, and one file each draws a kind. The
// drawing itself, which knows nothing of databases, is in report/chart.
package report
