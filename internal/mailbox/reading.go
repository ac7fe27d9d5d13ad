package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// finishLimit is what a round that is told to end gets to file what is committed and to save how far it came.
const finishLimit = 10 * time.Second

// errAgain asks for the same messages once more, one at a time.
var errAgain = errors.New("trying again, one message at a time")

// folder is a configured folder, with what this process has learned of its messages.
type folder struct {
	name   string
	drop   bool
	singly imap.UID          // up to here one at a time, because one of them broke a FETCH
	care   map[imap.UID]care // messages whose facts broke a FETCH
}

func newFolder(name string, drop bool) *folder {
	return &folder{name: name, drop: drop, care: make(map[imap.UID]care)}
}

// reading is one folder being read in one round.
type reading struct {
	*Box
	s       *session
	folder  *folder
	handler Handler
	noticed time.Time
	pos     Position
	saved   Position
	trouble error // what went wrong with filing, which concerns the folder rather than a message
}

// start finds out where to begin. The folder is open.
func (r *reading) start(ctx context.Context) error {
	old, known, err := r.ledger.Position(ctx, r.folder.name)
	if err != nil {
		return fmt.Errorf("reading the position: %w: %w", ErrStop, err)
	}
	if old.UIDValidity != r.s.uidValidity {
		r.folder.singly, r.folder.care = 0, make(map[imap.UID]care)
	}
	r.saved = old
	r.pos = begin(old, known, r.folder.drop, r.s.uidValidity, r.s.uidNext, r.cfg.Since, r.cfg.Now())
	r.pos.Failed = slices.Clone(r.pos.Failed)
	switch {
	case !known:
		r.cfg.Logger.Info("reading a folder for the first time", keyFolder, r.folder.name, keyMessages, r.s.messages)
	case old.UIDValidity != r.pos.UIDValidity:
		r.cfg.Logger.Warn("reading a folder anew, because its UIDs have changed", keyFolder, r.folder.name, keyMessages, r.s.messages)
	}
	return r.save(ctx)
}

func (r *reading) save(ctx context.Context) error {
	if r.pos.equal(r.saved) {
		return nil
	}
	p := r.pos
	p.Failed = slices.Clone(p.Failed)
	if err := r.ledger.SavePosition(ctx, r.folder.name, p); err != nil {
		return fmt.Errorf("saving the position: %w: %w", ErrStop, err)
	}
	r.saved = p
	return nil
}

// advance notes that everything up to a UID is dealt with.
func (r *reading) advance(uid imap.UID) {
	r.pos.Next = max(r.pos.Next, uint32(uid)+1)
	r.progress++
}

// run hands over what is new, and then what failed before and is due again.
func (r *reading) run(ctx context.Context) error {
	for size := uint32(firstWindow); ; {
		w := r.pos.window(size)
		uids, err := r.s.find(ctx, w)
		if err != nil {
			return err
		}
		if err := r.all(ctx, uids); err != nil {
			return err
		}
		if w.stop == 0 && len(uids) == 0 {
			break
		}
		if w.stop != 0 {
			r.advance(imap.UID(w.stop))
		}
		if len(uids) < fewFound && size < 1<<30 {
			size *= 2
		}
	}
	if err := r.retry(ctx); err != nil {
		return err
	}
	return also(r.save(ctx), r.trouble)
}

func (r *reading) retry(ctx context.Context) error {
	for _, uid := range r.pos.due(r.cfg.Now()) {
		if err := r.one(ctx, imap.UID(uid)); err != nil {
			return err
		}
	}
	return nil
}

// all hands over messages in chunks, and one at a time where a chunk could not be fetched.
func (r *reading) all(ctx context.Context, uids []imap.UID) error {
	for len(uids) > 0 {
		n := min(chunkMails, len(uids))
		if uids[0] <= r.folder.singly {
			n = 1
		}
		err := r.chunk(ctx, uids[:n])
		if err == nil {
			r.advance(uids[n-1])
			err = r.save(ctx)
		}
		if err != nil && !errors.Is(err, errAgain) {
			return err
		}
		uids = slices.DeleteFunc(uids, func(uid imap.UID) bool { return uint32(uid) < r.pos.Next })
	}
	return nil
}

func (r *reading) chunk(ctx context.Context, uids []imap.UID) error {
	if len(uids) == 1 {
		return r.one(ctx, uids[0])
	}
	found, err := r.s.look(ctx, imap.UIDSetNum(uids...), everything)
	if err != nil {
		return r.blame(ctx, uids, err)
	}
	for _, batch := range plan(uids, found, &r.pos) {
		if batch[0].size == unknown {
			err = r.one(ctx, batch[0].uid)
		} else {
			err = r.batch(ctx, batch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unknown is the size of a message of which the server gave no facts.
const unknown = -1

// plan divides messages into those that are fetched together. What is large or unknown comes by itself; history is left out.
func plan(uids []imap.UID, found map[imap.UID]facts, pos *Position) (batches [][]facts) {
	room := int64(0) // what may be added to the last batch
	for _, uid := range uids {
		f, ok := found[uid]
		switch {
		case !ok:
			batches, room = append(batches, []facts{{uid: uid, size: unknown}}), 0
		case pos.old(uint32(uid), f.received):
		case f.size > smallMail:
			batches, room = append(batches, []facts{f}), 0
		case f.size > room:
			batches, room = append(batches, []facts{f}), chunkBytes-f.size
		default:
			last := len(batches) - 1
			batches[last], room = append(batches[last], f), room-f.size
		}
	}
	return batches
}

// one hands over a message by itself, asking less of it each time that its facts cannot be read.
func (r *reading) one(ctx context.Context, uid imap.UID) error {
	f, err := r.s.lookAt(ctx, uid, r.folder.care[uid])
	for err != nil && ctx.Err() == nil && r.folder.care[uid] < sizeOnly {
		r.folder.care[uid]++
		r.progress++
		if errors.Is(err, errLost) {
			return err // and, connected again, try with more care
		}
		f, err = r.s.lookAt(ctx, uid, r.folder.care[uid])
	}
	switch {
	case err != nil:
		return r.blame(ctx, []imap.UID{uid}, err)
	case f == nil: // somebody took it away
		r.pos.succeed(uint32(uid))
		return nil
	case r.pos.old(uint32(uid), f.received):
		return nil
	case f.received.IsZero() && uint32(uid) < r.pos.History:
		return r.fail(ctx, uid, errUndated)
	}
	return r.batch(ctx, []facts{*f})
}

// blame deals with messages that could not be fetched: several are tried one at a time, one by itself is put aside.
func (r *reading) blame(ctx context.Context, uids []imap.UID, err error) error {
	if ctx.Err() != nil {
		return err
	}
	lost := errors.Is(err, errLost)
	switch {
	case len(uids) == 1:
		failed := r.fail(ctx, uids[0], err)
		if failed != nil || !lost {
			return failed
		}
	default:
		r.folder.singly = uids[len(uids)-1]
		r.progress++
		if !lost {
			return errAgain
		}
	}
	return err
}

// fail puts a message aside, to be tried again later, and lets a person know at the third failure.
func (r *reading) fail(ctx context.Context, uid imap.UID, err error) error {
	attempts, tell := r.pos.fail(uint32(uid), r.cfg.Now())
	r.cfg.Logger.Warn("putting a message aside", keyFolder, r.folder.name, keyUID, uid, keyAttempts, attempts, keyError, err)
	if tell {
		r.cfg.Unreadable(ctx, Unreadable{r.folder.name, uint32(uid), r.pos.UIDValidity, attempts}, err)
	}
	r.advance(uid)
	return r.save(ctx)
}

// batch fetches some messages, hands them over, files what is to be filed, and saves the position, in this order.
func (r *reading) batch(ctx context.Context, list []facts) error {
	var bodies map[imap.UID][]byte
	if len(list) > 1 || list[0].size <= smallMail {
		var err error
		if bodies, err = r.s.bodies(ctx, list); err != nil {
			return r.blame(ctx, uidsOf(list), err)
		}
	}
	mails, stop := r.ahead(list, bodies)
	defer stop()
	var done, file []facts
	var failed []error // beside done; nil = handed over
	for _, f := range list {
		action, err := r.deliver(ctx, f, <-mails)
		switch {
		case stops(ctx, err):
			return also(err, r.finish(ctx, done, failed, file))
		case errors.Is(err, errLost):
			return r.blame(ctx, uidsOf(list), err)
		case err == nil && action == File:
			file = append(file, f)
		}
		done, failed = append(done, f), append(failed, err)
	}
	return r.conclude(ctx, done, failed, file)
}

// stops tells what ends a round from what is wrong with one message.
func stops(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || errors.Is(err, ErrStop))
}

// finish concludes what was committed before a round was told to end.
func (r *reading) finish(ctx context.Context, done []facts, failed []error, file []facts) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishLimit)
	defer cancel()
	if r.s.lost {
		return nil // it will be recognised when it is handed over again
	}
	return r.conclude(ctx, done, failed, file)
}

// conclude files and saves. Where the connection is lost before that, nothing is saved: what was committed is handed over
// again, recognised, and filed then.
func (r *reading) conclude(ctx context.Context, done []facts, failed []error, file []facts) error {
	left, err := r.s.file(ctx, file, r.cfg.Folders.Registered)
	if errors.Is(err, errLost) {
		return err
	}
	r.trouble = also(r.trouble, err)
	for i, f := range done {
		why := failed[i]
		if slices.Contains(left, f.uid) {
			why = err
		}
		if why != nil {
			if err := r.fail(ctx, f.uid, why); err != nil {
				return err
			}
			continue
		}
		r.pos.succeed(uint32(f.uid))
		delete(r.folder.care, f.uid)
		r.advance(f.uid)
	}
	return r.save(ctx)
}

// ahead gives the messages of a batch in order, each read while the one before it is handed over. What is still to be
// fetched has no body.
func (r *reading) ahead(list []facts, bodies map[imap.UID][]byte) (mails <-chan Mail, stop func()) {
	out, stopped := make(chan Mail), make(chan struct{})
	go func() {
		defer close(out)
		for _, f := range list {
			select {
			case <-stopped: // the last one may have been taken by who only waits for the end
				return
			default:
			}
			m := r.mail(f)
			if body := bodies[f.uid]; body != nil {
				m.Body = bytes.NewReader(body)
				r.readAhead(&m)
			}
			delete(bodies, f.uid)
			select {
			case out <- m:
			case <-stopped:
				return
			}
		}
	}()
	return out, func() {
		close(stopped)
		for range out { // until it has ended
		}
	}
}

// readAhead reads a message before it is handed over. After a panic it was not read: the handler meets the same, as an error.
func (r *reading) readAhead(m *Mail) {
	var panicked error
	defer recovered(&panicked)
	if r.cfg.Ahead != nil {
		m.Read = r.cfg.Ahead(*m)
	}
}

func (r *reading) mail(f facts) Mail {
	m := Mail{
		Folder: r.folder.name, UID: uint32(f.uid), UIDValidity: r.pos.UIDValidity, Size: f.size, Received: f.received,
		Noticed: r.noticed, Drop: r.folder.drop,
	}
	if m.Received.IsZero() {
		m.Received = r.noticed.UTC()
	}
	return m
}

// deliver hands over one message, whose body is in memory or still to be fetched.
func (r *reading) deliver(ctx context.Context, f facts, m Mail) (Action, error) {
	if m.Body != nil {
		return r.hand(ctx, m)
	}
	got, err := r.s.body(ctx, f)
	if got == nil || err != nil {
		return Leave, err
	}
	defer got.close()
	m.Body, m.Truncated = got.ReadSeeker, got.truncated
	return r.hand(ctx, m)
}

// hand calls the handler. A panic there is an error of that message: it would come again at every start.
func (r *reading) hand(ctx context.Context, m Mail) (action Action, err error) {
	defer recovered(&err)
	return r.handler(ctx, m)
}

// recovered makes an error of a panic.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = panicked(v)
	}
}

// panicked says what a panic was, and where, without a value that could hold what a message says.
func panicked(v any) error {
	what := fmt.Sprintf("%T", v)
	if e, ok := v.(runtime.Error); ok {
		what = e.Error()
	}
	callers := make([]uintptr, 16)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for {
		frame, more := frames.Next()
		if !more || !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Errorf("handling: panic: %s at %s:%d", what, frame.Function, frame.Line)
		}
	}
}
