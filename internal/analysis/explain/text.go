package explain

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/source"
)

// Text is the explanation in the order in which a hand would compute it. input
// is the prepared CSV that the rows came from, to look up the row there; "" is
// none.
func (e *Explanation) Text(input string) string {
	var s strings.Builder
	printf := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	m, o := e.model, e.deciding
	printf("crime %d in model %d of %s", e.id, m.Model, e.dir)
	if len(e.offenses) > 1 {
		printf("\n%d offenses; row %d decides: %s", len(e.offenses), o.row, e.why())
		for _, o := range e.offenses {
			printf("  row %-8d batch %-4d %-28s lon %s lat %s%s", o.row, o.batch.Batch, o.Text[crime.ColOffenseType],
				o.Text[crime.ColGeoLon], o.Text[crime.ColGeoLat], o.area())
		}
	}

	partition, offset := o.batch.Message(o.row)
	printf("\n1  the row")
	printf("  row %d is line %d of the prepared CSV%s", o.row, o.batch.Line(o.row), e.lookUp(input))
	printf("  its message was read from topic %s, partition %d, offset %d", o.batch.Transport.Topic, partition, offset)
	printf("  %s holds rows %d to %d: in %s it is row %d - %d + 1 = %d behind the header",
		batch.Name(o.batch.Batch, o.batch.Window), o.batch.FirstRow, o.batch.LastRow, o.batch.CSV.Name, o.row, o.batch.FirstRow, o.row-o.batch.FirstRow+1)
	printf("  %s has the sha256 of its manifest, %s", o.batch.CSV.Name, o.batch.CSV.SHA256)
	printf("  %s", strings.TrimSuffix(string(o.AppendCSV(nil)), "\n"))

	b := m.Frame.Bounds
	printf("\n2  the place")
	printf("  lon %s, lat %s", cmp.Or(o.Text[crime.ColGeoLon], "none"), cmp.Or(o.Text[crime.ColGeoLat], "none"))
	printf("  the model takes lon %v to %v, lat %v to %v", b.Lon[0], b.Lon[1], b.Lat[0], b.Lat[1])
	if o.skip != feature.Usable {
		printf("  so it has no area: %s", o.skip)
		return s.String()
	}
	e.writeArithmetic(printf)
	return s.String()
}

// writeArithmetic writes the way from the place to the distances.
func (e *Explanation) writeArithmetic(printf func(string, ...any)) {
	m, o := e.model, e.deciding
	f := m.Frame
	east := f.EarthRadiusKm * (o.Place.Lon - f.Origin.Lon) * math.Pi / 180 * f.Cosine()
	north := f.EarthRadiusKm * (o.Place.Lat - f.Origin.Lat) * math.Pi / 180
	printf("\n3  kilometers from lon %v, lat %v", f.Origin.Lon, f.Origin.Lat)
	printf("  east  = %v * (%v - %v) * 3.14159265358979 / 180 * %v = %.9f", f.EarthRadiusKm, o.Place.Lon, f.Origin.Lon, f.Cosine(), east)
	printf("  north = %v * (%v - %v) * 3.14159265358979 / 180 = %.9f", f.EarthRadiusKm, o.Place.Lat, f.Origin.Lat, north)
	for _, c := range m.Features {
		switch span := o.Span(); {
		case c.Name != feature.HourSin:
		case span.HasHour():
			printf("  its time, %d min from %s on, on a dial: %v * %v km * the mean of sin and cos of its hours * 15°", span.Minutes, o.Text[crime.ColFirstOccurrence], c.Weight, c.ScaleKm)
		default:
			printf("  no hour: the middle of the dial")
		}
	}
	printf("  %v is cos %v°; the nearest multiples of 2^%d km are", f.Cosine(), f.Origin.Lat, f.GridExponent)
	for i, c := range m.Features {
		printf("  %-8s %.9f %s", c.Name, o.vector[i], c.Unit)
	}

	printf("\n4  the areas, and how far their centroids are")
	line := "  area"
	for _, c := range m.Features {
		line += fmt.Sprintf("  %14s  %14s", c.Name, "row - it")
	}
	printf("%s  %14s  %10s", line, "sum of squares", "root")
	for i := range m.Clusters {
		c := &m.Clusters[i]
		line, sum := fmt.Sprintf("  %4d", c.Cluster), 0.0
		for j, v := range c.Centroid.Vector() {
			d := o.vector[j] - v
			sum += float64(d * d)
			line += fmt.Sprintf("  %14.9f  %14.9f", v, d)
		}
		printf("%s  %14.9f  %10.6f", line, sum, math.Sqrt(sum))
	}

	n := o.nearest
	printf("\n5  the answer")
	printf("  area %d is the nearest; on the ground %s m", n.Cluster, meters(n.Distance))
	if n.Second >= 0 {
		printf("  area %d is the next; on the ground %s m", n.Second, meters(n.SecondDistance))
	}
	trained := "no: its batch is another one"
	if o.batch.Batch == e.model.Batch.Number {
		trained = "yes: it is in the model's batch"
	}
	printf("  trained on in this model: %s", trained)
}

// meters writes kilometers as answers do.
func meters(km float64) string {
	return strconv.FormatFloat(math.Round(km*1e4)/10, 'f', -1, 64)
}

// why says by which rule the deciding offense was chosen.
func (e *Explanation) why() string {
	switch o := e.deciding; {
	case o.skip != feature.Usable:
		return "none has a usable place"
	case o.batch.Batch == e.model.Batch.Number:
		return "the first with a usable place in the model's batch"
	}
	return "the first with a usable place, since none is in the model's batch"
}

func (o *offense) area() string {
	if o.skip != feature.Usable {
		return ", no area: " + string(o.skip)
	}
	return fmt.Sprintf(", area %d", o.nearest.Cluster)
}

// lookUp says whether the file input has the deciding row on its line.
func (e *Explanation) lookUp(input string) string {
	if input == "" {
		return ""
	}
	src, err := source.Open(input)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("; %s is not there to look (--input)", input)
	}
	if err != nil {
		return fmt.Sprintf("; %s is no prepared file", input)
	}
	defer src.Close()
	want := e.deciding.batch.Line(e.deciding.row)
	for r, err := range src.Rows() {
		if err == nil && src.Line() == want && r.Text == e.deciding.Text {
			return fmt.Sprintf(", and %s has it there", input)
		}
		if src.Line() >= want {
			break
		}
	}
	return fmt.Sprintf("; %s has another row there", input)
}
