// Package chart draws charts and knows nothing of databases: scales and their
// ticks, lines with bands, points, bars, words that do not collide, a light and a
// dark theme, and files as SVG and PNG. Package report decides what is drawn.
//
// It uses the canvases and fonts of gonum.org/v1/plot/vg but not plot.Plot: there
// a label on a logarithmic axis shrinks the plot, legends cover the data, and
// words at the edge are cut off. Here a Page measures every word first and gives
// the data what remains.
//
// All lengths are in points (1/72 inch), y grows upwards, and the same Page gives
// the same bytes.
//
// Colours are those of Okabe and Ito, which people with colour-blindness can tell
// apart (https://jfly.uni-koeln.de/color/), and each comes with its own dash, so
// that a greyscale print still reads.
package chart
