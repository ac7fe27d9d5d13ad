package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"klikonderwijs.nl/klachtd/internal/config"
)

type unitCmd struct{}

// unitFile is a hardened systemd unit for systemd 250 and later. Its words are this program, its configuration, and the
// lines that the configuration asks for.
const unitFile = `# /etc/systemd/system/klachtd.service
[Unit]
Description=Complaints procedure by e-mail
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart=%s run --config %s
ExecReload=/bin/kill -HUP $MAINPID
WatchdogSec=120
Restart=on-failure
RestartSec=10
TimeoutStopSec=60
User=klachtd
DynamicUser=yes
StateDirectory=klachtd
StateDirectoryMode=0700
ConfigurationDirectory=klachtd
ConfigurationDirectoryMode=0755
UMask=0077
LimitCORE=0
%s
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
LockPersonality=yes
MemoryDenyWriteExecute=yes
MemoryMax=512M
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
`

// stateFolder is what the unit gives the service to write in.
const stateFolder = "/var/lib/klachtd"

// Run prints a unit for the configuration that is there, else for one in its usual place with the defaults.
func (unitCmd) Run(s streams, c *cli) error {
	cfg, err := c.configurationOrDefaults()
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		program = "/usr/local/bin/klachtd"
	}
	file, found := c.configFile()
	if !found {
		file = "/etc/klachtd/klachtd.toml"
	}
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, unitFile, unitWord(program), unitWord(file), credentialLines(cfg)+folderLines(cfg))
	return err
}

// credentialLines pass the passwords that nothing else in the configuration gives. A credential that is not there keeps
// systemd from starting a service, so no other is named.
func credentialLines(cfg config.Config) string {
	var lines strings.Builder
	pass := func(name string, s config.Server) {
		if s.Auth != "password" || s.PasswordFile != "" || s.PasswordEnv != "" || s.Username == "" {
			return
		}
		file := "/etc/credstore.encrypted/klachtd." + name + "-password"
		fmt.Fprintf(&lines, "# systemd-creds encrypt --name=%s-password - %s\nLoadCredentialEncrypted=%s-password:%s\n", name, file, name, file)
	}
	pass("imap", cfg.IMAP.Server)
	if cfg.SMTP.Username != cfg.IMAP.Username || cfg.IMAP.Auth != "password" { // else the mailbox's password serves
		pass("smtp", cfg.SMTP)
	}
	return lines.String()
}

// folderLines open the folders outside the service's own in which the configuration lets it write.
func folderLines(cfg config.Config) string {
	var lines strings.Builder
	folders := []string{filepath.Dir(cfg.Store.Path), filepath.Dir(cfg.Security.SecretFile), cfg.Backup.Dir}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		if folder == "" || folder == stateFolder || strings.HasPrefix(folder, stateFolder+"/") {
			continue
		}
		fmt.Fprintf(&lines, "# must be there, and belong to klachtd: useradd --system klachtd; chown klachtd %[1]s\nReadWritePaths=%[1]s\n", unitWord(folder))
	}
	return lines.String()
}

// unitWord writes a word as systemd reads it (systemd.syntax(7), systemd.unit(5): % begins a specifier).
func unitWord(s string) string {
	if strings.ContainsAny(s, " \t\"'\\$;") {
		s = strconv.Quote(strings.ReplaceAll(s, "$", "$$"))
	}
	return strings.ReplaceAll(s, "%", "%%")
}
