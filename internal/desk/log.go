package desk

import "log/slog"

// The keys of log records. A record carries references and digests, never a name, an address, a subject or a text.
const (
	logDigest    = "mail"
	logKind      = "kind"
	logFiled     = "filed"
	logReference = "case"
	logJob       = "job"
	logError     = "error"
	logQueue     = "queue_id"
	logAttempt   = "attempt"
	logNext      = "next"
	logPart      = "part"
)

// cronLog lets the timetable's library write to our log; its every wake-up is for debugging only.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (l cronLog) Info(msg string, pairs ...any) { l.log.Debug("timetable: "+msg, pairs...) }

// Error implements cron.Logger.
func (l cronLog) Error(err error, msg string, pairs ...any) {
	l.log.Error("timetable: "+msg, append(pairs, logError, err.Error())...)
}
