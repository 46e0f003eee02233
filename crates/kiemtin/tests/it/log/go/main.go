// Checks a copy of the log with the packages that Go's checksum database is built on: code that
// this project did not write. Prints how many entries it found good, or says what is wrong.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The height of tiles in C2SP tlog-tiles.
const height = 8

type copied struct{ folder string }

func (it copied) Height() int { return height }

func (it copied) SaveTiles([]tlog.Tile, [][]byte) {}

// Tiles have the names of Go's own, without the height.
func (it copied) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(it.folder, path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: main FOLDER VKEY"))
	}
	folder, vkey := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(vkey)
	fail(err)
	message, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	fail(err)
	opened, err := note.Open(message, note.VerifierList(verifier))
	fail(err)
	lines := strings.SplitN(opened.Text, "\n", 2)
	// Go's own trees name themselves on the first line; a checkpoint names its log there.
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
	fail(err)
	hashes := tlog.TileHashReader(tree, copied{folder})
	n := int64(0)
	for n < tree.N {
		entries, err := bundle(folder, n, tree.N)
		fail(err)
		for _, entry := range entries {
			leaf := tlog.RecordHash(entry)
			proof, err := tlog.ProveRecord(tree.N, n, hashes)
			fail(err)
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf); err != nil {
				fail(fmt.Errorf("entry %d: %v", n, err))
			}
			n++
		}
	}
	fail(served(folder, tree))
	fmt.Printf("%s: %d entries are good\n", lines[0], n)
}

// The entries of the bundle that begins at n.
func bundle(folder string, n, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: n / 256, W: 256}
	if size-n < 256 {
		tile.W = int(size - n)
	}
	path := strings.Replace(tile.Path(), "tile/8/data", "tile/entries", 1)
	data, err := os.ReadFile(filepath.Join(folder, path))
	var entries [][]byte
	for err == nil && len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		entries = append(entries, append([]byte(nil), data[2:2+length]...))
		data = data[2+length:]
	}
	return entries, err
}

// Every proof that was copied along shows its own entry.
func served(folder string, tree tlog.Tree) error {
	proofs, err := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	for _, path := range proofs {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var index int64
		var proof tlog.RecordProof
		for _, line := range strings.Split(string(text), "\n")[1:] {
			if line == "" {
				break
			}
			if strings.HasPrefix(line, "index ") {
				fmt.Sscanf(line, "index %d", &index)
				continue
			}
			hash, err := tlog.ParseHash(line)
			if err != nil {
				return err
			}
			proof = append(proof, hash)
		}
		entries, err := bundle(folder, index/256*256, tree.N)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(entries[index%256])
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		fmt.Printf("proof of entry %d is good\n", index)
	}
	return err
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
