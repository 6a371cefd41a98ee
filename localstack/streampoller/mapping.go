package streampoller

import (
	"fmt"
	"strconv"
)

// Mapping is what of an event source mapping the poller obeys.
type Mapping struct {
	BatchSize int       // records at most, 1 to 10,000
	Retries   int       // how often a batch is tried again, 0 to 10,000, or Endless
	Bisect    bool      // a batch whose invocation fails is halved
	Partial   bool      // the function may report single records
	Filters   []Pattern // a record that none of them takes is dropped; none: all are taken
}

// Endless is for Retries: only its age, for which this poller has no clock, ends the tries of a batch.
const Endless = -1

// others are the properties that say nothing to a poller without a clock, or where it is at home.
var others = map[string]bool{"Stream": true, "StartingPosition": true, "MaximumBatchingWindowInSeconds": true,
	"MaximumRecordAgeInSeconds": true, "DestinationConfig": true}

// Read reads the properties of a function's event of the type DynamoDB in a SAM template, whose numbers and truths are strings as
// written. What it does not know, it refuses.
func Read(properties map[string]any) (Mapping, error) {
	m := Mapping{BatchSize: 100, Retries: Endless}
	for name, value := range properties {
		var err error
		switch name {
		case "BatchSize":
			m.BatchSize, err = number(value, 1)
		case "MaximumRetryAttempts":
			m.Retries, err = number(value, Endless)
		case "BisectBatchOnFunctionError":
			s, _ := value.(string)
			m.Bisect, err = strconv.ParseBool(s)
		case "FunctionResponseTypes":
			all, _ := value.([]any)
			if m.Partial = len(all) == 1 && all[0] == "ReportBatchItemFailures"; !m.Partial {
				err = fmt.Errorf("%v is not known", value)
			}
		case "FilterCriteria":
			m.Filters, err = filters(value)
		default:
			if !others[name] {
				err = fmt.Errorf("it is not known")
			}
		}
		if err != nil {
			return Mapping{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return m, nil
}

func number(value any, least int) (int, error) {
	s, _ := value.(string)
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > 10_000 {
		return 0, fmt.Errorf("wants a number from %d to 10000, not %v", least, value)
	}
	return n, nil
}

func filters(value any) (all []Pattern, err error) {
	criteria, _ := value.(map[string]any)
	list, ok := criteria["Filters"].([]any)
	if !ok || len(list) == 0 || len(criteria) != 1 {
		return nil, fmt.Errorf("wants a list of Filters")
	}
	for _, one := range list {
		filter, _ := one.(map[string]any)
		text, ok := filter["Pattern"].(string)
		if !ok || len(filter) != 1 {
			return nil, fmt.Errorf("a filter wants a Pattern")
		}
		p, err := ParsePattern(text)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}
