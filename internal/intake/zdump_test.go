package intake

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

func TestZDump(t *testing.T) {
	r := testReader(t)
	f, _ := os.Create("/tmp/dump.jsonl")
	defer f.Close()
	enc := json.NewEncoder(f)
	for set, dir := range map[string]string{"train": "testdata/train", "dev": "testdata/dev", "data": "/work/data"} {
		for _, l := range labelledMails(t, dir) {
			m := r.Parse(strings.NewReader(l.raw), time.Time{})
			v := r.voiceOf(m)
			s := r.show(m, v)
			got := r.Judge(m)
			enc.Encode(map[string]any{"set": set, "name": l.name, "kind": l.want.Kind, "also": l.want.AlsoOK, "signs": s.signs, "words": s.words, "subject": v.subject, "body": v.letter.body, "cover": v.cover, "own": m.Own, "got": got.Kind})
		}
	}
}
