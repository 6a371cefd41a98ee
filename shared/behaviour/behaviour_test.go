package behaviour_test

import (
	"testing"

	"latchkey/shared/behaviour"
	"latchkey/shared/behaviour/inprocess"
)

func TestScripts(t *testing.T) { behaviour.Scripts(t, inProcess) }

func TestBadInput(t *testing.T) { behaviour.BadInput(t, inProcess(t)) }

func TestDockerHubsClients(t *testing.T) { behaviour.DockerHub(t, inProcess(t)) }

func TestQuaysClients(t *testing.T) { behaviour.Quay(t, inProcess(t)) }

func TestAuthlancesClient(t *testing.T) { behaviour.Authlance(t, inProcess(t)) }

func TestHOPRdsClients(t *testing.T) { behaviour.HOPRd(t, inProcess(t)) }

func inProcess(t *testing.T) behaviour.Door { return inprocess.Open(t) }
