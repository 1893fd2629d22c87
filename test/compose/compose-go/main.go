// What Compose itself makes of projects: reads a JSON list of them from its standard input, and writes one of answers.
// It loads each as `docker compose` does for a build, with compose-go's consistency check and its env files.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/sirupsen/logrus"
)

type project struct {
	Files    []string `json:"files"`
	Profiles []string `json:"profiles"`
}

type answer struct {
	// What it says where it refuses the project.
	Error string `json:"error"`
	// The project as `docker compose config --format json` prints it.
	Project json.RawMessage `json:"project"`
}

func main() {
	logrus.SetOutput(io.Discard)
	var projects []project
	if err := json.NewDecoder(os.Stdin).Decode(&projects); err != nil {
		log.Fatal(err)
	}
	answers := []answer{}
	for _, one := range projects {
		text, err := load(one)
		if err != nil {
			answers = append(answers, answer{Error: err.Error()})
		} else {
			answers = append(answers, answer{Project: text})
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func load(one project) (text []byte, err error) {
	// A file that ends Compose with a panic is refused, too.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	options, err := cli.NewProjectOptions(one.Files, cli.WithOsEnv, cli.WithDiscardEnvFile, cli.WithProfiles(one.Profiles))
	if err != nil {
		return nil, err
	}
	loaded, err := options.LoadProject(context.Background())
	if err != nil {
		return nil, err
	}
	return loaded.WithoutUnnecessaryResources().MarshalJSON()
}
