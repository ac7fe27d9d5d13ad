package intake

import (
	"encoding/binary"
)

// tnef is what Outlook packs into winmail.dat ([MS-OXTNEF]).
type tnef struct {
	text, html string
	files      []string // names of the attachments
}

const (
	tnefSignature   = 0x223e9f78
	tnefBody        = 0x0002800c
	tnefAttachTitle = 0x00018010
	tnefMessage     = 0x00069003 // MAPI properties of the message
	tnefAttachment  = 0x00069005 // MAPI properties of an attachment

	propBody     = 0x1000
	propHTML     = 0x1013
	propLongName = 0x3707
	propFilename = 0x3704
)

// readTNEF reads what it can, and stops where the file stops making sense.
func readTNEF(raw []byte) (t tnef, ok bool) {
	if len(raw) < 6 || binary.LittleEndian.Uint32(raw) != tnefSignature {
		return t, false
	}
	raw = raw[6:] // the signature and a key
	for range mostParts {
		if len(raw) < 9 {
			break
		}
		attribute, size := binary.LittleEndian.Uint32(raw[1:]), uint64(binary.LittleEndian.Uint32(raw[5:]))
		raw = raw[9:]
		if size > uint64(len(raw)) {
			break
		}
		t.take(attribute, raw[:size])
		raw = raw[size:]
		raw = raw[min(2, len(raw)):] // a checksum
	}
	return t, true
}

func (t *tnef) take(attribute uint32, data []byte) {
	switch attribute {
	case tnefBody:
		t.text = validText(trimZero(data), "windows-1252")
	case tnefAttachTitle:
		t.name(validText(trimZero(data), "windows-1252"))
	case tnefMessage, tnefAttachment:
		for _, p := range mapiProperties(data) {
			switch {
			case attribute == tnefMessage && p.id == propBody:
				t.text = p.text()
			case attribute == tnefMessage && p.id == propHTML:
				t.html = p.text()
			case attribute == tnefAttachment && (p.id == propLongName || p.id == propFilename):
				t.name(p.text())
			}
		}
	}
}

func (t *tnef) name(name string) {
	name = collapse(bounded(name, mostName))
	if name == "" {
		return
	}
	for _, known := range t.files {
		if known == name {
			return
		}
	}
	t.files = append(t.files, name)
}

func trimZero(data []byte) []byte {
	for len(data) > 0 && data[len(data)-1] == 0 {
		data = data[:len(data)-1]
	}
	return data
}

// property is one MAPI property.
type property struct {
	kind, id uint16
	data     []byte
}

func (p property) text() string {
	if p.kind == 0x001f { // PtypString
		data := p.data
		for len(data) >= 2 && data[len(data)-1] == 0 && data[len(data)-2] == 0 {
			data = data[:len(data)-2]
		}
		return clean(decodeUTF16(data, "utf-16le"))
	}
	return validText(trimZero(p.data), "windows-1252")
}

// mapiReader reads little-endian values; past the end it gives nothing and says so.
type mapiReader struct {
	raw    []byte
	broken bool
}

func (r *mapiReader) bytes(n uint64) []byte {
	if r.broken || n > uint64(len(r.raw)) {
		r.broken = true
		return nil
	}
	piece := r.raw[:n]
	r.raw = r.raw[n:]
	return piece
}

func (r *mapiReader) uint32() uint64 {
	if b := r.bytes(4); b != nil {
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return 0
}

// mapiProperties reads a list of properties ([MS-OXTNEF] §2.1.3.4), up to the first that it does not know the length of.
func mapiProperties(data []byte) (list []property) {
	r := &mapiReader{raw: data}
	for count := min(r.uint32(), mostParts); count > 0 && !r.broken; count-- {
		head := r.uint32()
		p := property{kind: uint16(head), id: uint16(head >> 16)}
		if p.id >= 0x8000 { // a named property
			r.bytes(16)
			if r.uint32() == 0 {
				r.uint32()
			} else {
				r.padded(r.uint32())
			}
		}
		values := uint64(1)
		multiple := p.kind&0x1000 != 0
		switch kind := p.kind &^ 0x1000; kind {
		case 0x02, 0x03, 0x04, 0x0a, 0x0b: // two or four bytes, padded to four
			if multiple {
				values = r.uint32()
			}
			r.bytes(4 * min(values, uint64(len(data))))
		case 0x05, 0x06, 0x07, 0x14, 0x40: // eight bytes
			if multiple {
				values = r.uint32()
			}
			r.bytes(8 * min(values, uint64(len(data))))
		case 0x48: // a GUID
			r.bytes(16)
		case 0x1e, 0x1f, 0x0d, 0x102: // texts, objects and bytes: always a list
			for values = min(r.uint32(), mostParts); values > 0 && !r.broken; values-- {
				if value := r.padded(r.uint32()); p.data == nil {
					p.data = value
				}
			}
		default:
			return list
		}
		if !r.broken {
			list = append(list, p)
		}
	}
	return list
}

// padded reads n bytes and what fills them up to a multiple of four.
func (r *mapiReader) padded(n uint64) []byte {
	value := r.bytes(n)
	r.bytes((4 - n%4) % 4)
	return value
}
