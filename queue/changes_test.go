package queue

import (
	"slices"
	"testing"
)

func TestChanges_namesWhatDiffersAndNothingElse(t *testing.T) {
	mall := func() *Mall {
		return &Mall{
			Settings: Settings{Name: "MPP Uji", Timezone: "Asia/Jakarta"},
			Zones:    []Zone{{Code: "1", Name: Text{"id": "Lantai 1"}}},
			Hours:    Week{"mon-fri": {Open: []string{"08:00-15:00"}}},
			Agencies: []Agency{
				{Code: "SATU", Services: []Service{{Code: "A", Minutes: 5}, {Code: "B", Minutes: 5}}, Counters: []Counter{{Code: "1", Services: []string{"A"}}}},
				{Code: "DUA", Services: []Service{{Code: "C"}}},
			},
		}
	}
	unlimited := UnlimitedRun
	for name, test := range map[string]struct {
		change func(m *Mall)
		want   []string
	}{
		"nothing":            {func(*Mall) {}, nil},
		"a setting":          {func(m *Mall) { m.Settings.PriorityRun = &unlimited }, []string{"mall.priority_run"}},
		"hours":              {func(m *Mall) { m.Hours["sat"] = Hours{Open: []string{"08:00-11:00"}} }, []string{"hours"}},
		"a holiday":          {func(m *Mall) { m.Holidays = []Holiday{{Date: "2026-12-25", Name: "Natal"}} }, []string{"holidays"}},
		"a service":          {func(m *Mall) { m.Agencies[0].Services[1].Minutes = 6 }, []string{"service B"}},
		"an agency's name":   {func(m *Mall) { m.Agencies[1].Name = Text{"id": "Dua"} }, []string{"agency DUA"}},
		"a counter is gone":  {func(m *Mall) { m.Agencies[0].Counters = nil }, []string{"counter 1"}},
		"a zone is new":      {func(m *Mall) { m.Zones = append(m.Zones, Zone{Code: "2"}) }, []string{"zone 2"}},
		"two at once":        {func(m *Mall) { m.Settings.Name = "MPP"; m.Agencies[1].Services = nil }, []string{"mall.name", "service C"}},
		"order of two codes": {func(m *Mall) { slices.Reverse(m.Agencies) }, []string{"order of agencies"}},
		"order in an agency": {func(m *Mall) { slices.Reverse(m.Agencies[0].Services) }, []string{"order of services"}},
		"a service in front": {func(m *Mall) { m.Agencies[0].Services = append([]Service{{Code: "D"}}, m.Agencies[0].Services...) }, []string{"service D"}},
	} {
		after := mall()
		test.change(after)
		if got := Changes(mall(), after); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
