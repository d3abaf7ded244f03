package web_test

import (
	"fmt"
	"time"
)

const mara = "0192f0c1-0000-7000-8000-0000000000e1"

func (b *fakeBox) people() []object {
	return []object{
		{"id": mara, "name": "Mara Keller", "role": "server", "active": true, "clock": "in"},
		{"id": "0192f0c1-0000-7000-8000-0000000000e2", "name": "Ana Ruiz", "role": "server", "active": true, "clock": "in"},
		{"id": "0192f0c1-0000-7000-8000-0000000000e3", "name": "Bo Lind", "role": "cook", "active": true, "clock": "in"},
		{"id": "0192f0c1-0000-7000-8000-0000000000e4", "name": "Jo Park", "role": "bartender", "active": true, "clock": "out"},
	}
}

// sits fills the room of the evening: every state that a table can be in.
func (b *fakeBox) sits() {
	ago := func(minutes int) string {
		return time.Now().Add(-time.Duration(minutes) * time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	var tables, parties []object
	sit := func(state string, minutes, covers, server int, total float64, names ...string) {
		p := b.people()[server]
		party := object{"partyId": fmt.Sprintf("0192f0c1-0000-7000-8000-00000000f%03s", names[0]), "tables": names, "covers": covers, "serverId": p["id"],
			"serverName": p["name"], "seatedAt": ago(minutes + 9), "orders": []string{}, "totalAmount": total}
		parties = append(parties, party)
		for _, n := range names {
			tables = append(tables, object{"table": n, "onPlan": true, "state": state, "since": ago(minutes), "partyId": party["partyId"]})
		}
	}
	sit("ordered", 22, 2, 0, 62.24, "1")
	sit("ordered", 71, 3, 1, 87.68, "2")
	sit("seated", 7, 4, 0, 0, "3")
	sit("ordered", 31, 4, 0, 155.88, "5")
	sit("check_printed", 4, 2, 1, 48.5, "7")
	sit("ordered", 52, 8, 1, 277.12, "10", "11")
	sit("ordered", 37, 4, 0, 65.5, "12")
	sit("served", 12, 2, 0, 39, "14")
	tables = append(tables, object{"table": "4", "onPlan": true, "state": "dirty", "since": ago(6)})
	b.floor = object{"tables": tables, "parties": parties, "waiting": []object{
		{"partyId": "0192f0c1-0000-7000-8000-00000000fa01", "number": "7", "covers": 4, "minutes": 20, "since": ago(24), "customerId": "0192f0c1-0000-7000-8000-00000000c007", "name": "Annelise Mbeki-Thorvaldsen"},
		{"partyId": "0192f0c1-0000-7000-8000-00000000fa02", "number": "8", "covers": 2, "minutes": 25, "since": ago(3), "customerId": "0192f0c1-0000-7000-8000-00000000c008", "keyPending": true},
		{"partyId": "0192f0c1-0000-7000-8000-00000000fa03", "number": "9", "covers": 3, "minutes": 30, "since": ago(1)},
	}}
}

// placed gives the tables of the dining room their places.
func (b *fakeBox) placed() {
	for i, t := range b.tables {
		if t["section"] != "Dining room" {
			continue
		}
		t["x"], t["y"], t["width"], t["height"], t["shape"] = 40+(i%5)*210, 40+(i/5)*190, 110, 110, "square"
		switch i % 5 {
		case 1:
			t["shape"] = "round"
		case 3:
			t["shape"], t["width"] = "rectangle", 190
		}
	}
}
