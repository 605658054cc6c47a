// Package multicall lets one binary be several programs.
package multicall

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Run runs the program that the binary was called as: by the name of a link to it, else by its first
// argument, which is then taken off os.Args. It ends the process where neither names a program.
func Run(programs map[string]func()) {
	if program, ok := programs[filepath.Base(os.Args[0])]; ok {
		program()
		return
	}
	if len(os.Args) > 1 {
		if program, ok := programs[os.Args[1]]; ok {
			os.Args = os.Args[1:]
			program()
			return
		}
	}
	names := slices.Sorted(maps.Keys(programs))
	fmt.Fprintf(os.Stderr, "usage: %s %s ARGUMENT...\n", os.Args[0], strings.Join(names, "|"))
	os.Exit(2)
}
