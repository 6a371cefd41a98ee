package contract

import (
	"testing"

	"latchkey/shared/behaviour/inprocess"
)

func TestDockerHub(t *testing.T) { DockerHub(t, inprocess.Open(t)) }

func TestQuay(t *testing.T) { Quay(t, inprocess.Open(t)) }

func TestAuthlance(t *testing.T) { Authlance(t, inprocess.Open(t)) }

func TestHOPRd(t *testing.T) { HOPRd(t, inprocess.Open(t)) }
