package producer_test

import (
	"bytes"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/producer"
	"hotspot/internal/source"
)

func TestAFileOfAnotherCityIsRefusedBeforeAnythingIsSent(t *testing.T) {
	elsewhere := bytes.ReplaceAll(csv(1, 500), []byte("-104.9"), []byte("-87.9"))
	swapped := bytes.ReplaceAll(csv(1, 60), []byte(",39.74,"), []byte(",-39.74,"))
	for want, content := range map[string][]byte{
		"100 of 100 places lie outside of the area -105.2 to -104.5 and 39.55 to 39.95; is it another city's file": elsewhere,
		"60 of 60 places lie outside": swapped,
	} {
		c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
		c.Input = write(t, "", content)
		refuse(t, c, want, "--bounds", "hotspot prepare")
		top := open(t, c.Kafka)
		if r, err := top.Ranges(t.Context()); err != nil || r[0].End != 0 {
			t.Errorf("%v, %v: rows were sent", r, err)
		}
		top.Close()
	}
}

func TestTheAreaIsTheFlagsElseTheSidecarsElseTheTopics(t *testing.T) {
	c := producer.Config{Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 5))
	refuse(t, c, "nothing says where the city lies", "--bounds WEST,SOUTH,EAST,NORTH", "hotspot prepare")
	bounds := crime.Bounds{Lon: [2]float64{-105, -104}, Lat: [2]float64{39, 40}}
	side := source.Meta{Format: source.MetaFormat, Title: "t", Bounds: &bounds, Timezone: "America/Denver", Masked: &source.Masked{Places: 9, Meters: 200}}
	write(t, source.MetaPath(c.Input), side.Encode())
	const area = "-104.5,39.5;-105,39,-104,40;America/Denver;200"
	if s := run(t, c); s.Area != area {
		t.Errorf("area %s, want the sidecar's %s", s.Area, area)
	}
	c.Input = write(t, "", csv(1, 9)) // without a sidecar
	c.Title = "t"
	if s := run(t, c); s.Area != area || s.Sent != 4 {
		t.Errorf("area %s, %d sent, want the topic's and 4", s.Area, s.Sent)
	}
	c.Bounds = "-105,39.5,-104,40"
	refuse(t, c, "lies in the area "+area, "-104.5,39.75;-105,39.5,-104,40;America/Denver;200", "--topic", "--fresh")
}
