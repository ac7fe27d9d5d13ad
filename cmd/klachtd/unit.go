package main

import (
	"fmt"
	"os"
	"strings"
)

type unitCmd struct{}

// unitFile is a hardened systemd unit. %s is the path of this program. The passwords come as
// credentials, readable by this service only.
const unitFile = `# /etc/systemd/system/klachtd.service
# Passwords: systemd-creds encrypt - /etc/credstore.encrypted/klachtd.imap-password   (and klachtd.smtp-password)
[Unit]
Description=Complaints procedure by e-mail
Wants=network-online.target
After=network-online.target

[Service]
Type=notify-reload
ExecStart=%s run --config /etc/klachtd/klachtd.toml
WatchdogSec=120
Restart=on-failure
RestartSec=10
TimeoutStopSec=60
DynamicUser=yes
StateDirectory=klachtd
StateDirectoryMode=0700
ConfigurationDirectory=klachtd
ConfigurationDirectoryMode=0755
UMask=0077
LimitCORE=0
LoadCredentialEncrypted=imap-password:/etc/credstore.encrypted/klachtd.imap-password
LoadCredentialEncrypted=smtp-password:/etc/credstore.encrypted/klachtd.smtp-password

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
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
`

func (unitCmd) Run(s streams) error {
	program, err := os.Executable()
	if err != nil || strings.ContainsAny(program, " \t\"'\\%") {
		program = "/usr/local/bin/klachtd"
	}
	_, err = fmt.Fprintf(s.out, unitFile, program)
	return err
}
