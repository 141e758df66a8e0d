package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// File is a file's name, without folder, and its content.
type File struct {
	Name string
	Data []byte
}

// ReplaceFiles writes files into dir (made if missing) so that a failure leaves
// the former files whole: each is written in full under a temporary name in the
// same folder, and only when all are there are they renamed, in the given order.
// Other files in dir are left alone.
func ReplaceFiles(dir string, files []File) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var staged []string
	defer func() {
		for _, name := range staged { // what was renamed is no longer there
			if rmErr := os.Remove(name); rmErr != nil && !errors.Is(rmErr, os.ErrNotExist) {
				err = errors.Join(err, rmErr)
			}
		}
	}()
	for _, f := range files {
		// A rename over a folder would fail half-way through; find out before.
		if info, err := os.Lstat(filepath.Join(dir, f.Name)); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file", filepath.Join(dir, f.Name))
		}
		name, err := stage(dir, f)
		if name != "" {
			staged = append(staged, name)
		}
		if err != nil {
			return err
		}
	}
	for i, f := range files {
		if err := os.Rename(staged[i], filepath.Join(dir, f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// stage writes f under a temporary name and returns that name, also with an
// error if the file was made.
func stage(dir string, f File) (string, error) {
	tmp, err := os.CreateTemp(dir, "."+f.Name+".*")
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(f.Data)
	if err == nil {
		err = tmp.Chmod(0o644) // CreateTemp's 0600 would hide results from others
	}
	if err == nil {
		err = tmp.Sync() // else a power cut after the rename may leave an empty file
	}
	return tmp.Name(), errors.Join(err, tmp.Close())
}
