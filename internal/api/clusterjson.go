package api

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// appendClusterAnswer appends what encode makes of the answer of the route that
// is asked most: 18 and 11 % more requests/s at 16 and 64 connections than with
// encode, 5 of 31 µs of CPU a request. A test compares the two.
func appendClusterAnswer(dst []byte, a *clusterAnswer) []byte {
	dst = appendInt(dst, `{"model":`, int64(a.Model))
	if a.Provisional {
		dst = append(dst, `,"provisional":true`...)
	}
	dst = append(appendInt(dst, `,"crime_id":"`, a.CrimeID), '"')
	dst = appendIntOrNull(dst, `,"cluster":`, a.Cluster)
	if a.Reason != "" {
		dst = appendText(dst, `,"reason":`, string(a.Reason))
	}
	dst = strconv.AppendBool(append(dst, `,"in_training":`...), a.InTraining)
	dst = append(dst, `,"distance_m":`...)
	if a.DistanceM == nil {
		dst = append(dst, `null`...)
	} else {
		dst = strconv.AppendFloat(dst, *a.DistanceM, 'f', -1, 64)
	}
	if a.Second == nil {
		dst = append(dst, `,"second":null`...)
	} else {
		dst = appendInt(dst, `,"second":{"cluster":`, int64(a.Second.Cluster))
		dst = append(strconv.AppendFloat(append(dst, `,"distance_m":`...), a.Second.DistanceM, 'f', -1, 64), '}')
	}
	if a.Centroid == nil {
		dst = append(dst, `,"centroid":null`...)
	} else {
		dst = a.Centroid.Lon.append(append(dst, `,"centroid":{"lon":`...))
		dst = append(a.Centroid.Lat.append(append(dst, `,"lat":`...)), '}')
	}
	separator := `,"offenses":[`
	for i := range a.Offenses {
		o := &a.Offenses[i]
		dst = appendInt(append(dst, separator...), `{"offense_id":"`, o.OffenseID)
		dst = appendText(dst, `","offense":`, o.Offense)
		dst = appendText(dst, `,"category":`, o.Category)
		dst = appendIntOrNull(dst, `,"cluster":`, o.Cluster)
		dst = appendInt(dst, `,"batch":`, int64(o.Batch))
		dst = append(appendInt(dst, `,"row":`, o.Row), '}')
		separator = `,`
	}
	dst = append(dst, ']')
	if a.Loading {
		dst = append(dst, `,"loading":true`...)
	}
	return append(dst, "}\n"...)
}

func appendInt(dst []byte, name string, n int64) []byte {
	return strconv.AppendInt(append(dst, name...), n, 10)
}

func appendIntOrNull(dst []byte, name string, n *int) []byte {
	if n == nil {
		return append(append(dst, name...), `null`...)
	}
	return appendInt(dst, name, int64(*n))
}

// appendText appends text, which must be valid UTF-8.
func appendText(dst []byte, name, text string) []byte {
	dst, err := jsontext.AppendQuote(append(dst, name...), text)
	if err != nil {
		panic(err)
	}
	return dst
}
