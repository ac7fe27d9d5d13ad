package intake

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"regexp"
	"slices"
)

// pdfKey undoes the encryption of a PDF that anybody may read: one with an empty user password, which only
// asks not to be changed or printed (ISO 32000-1 §7.6, ISO 32000-2 §7.6). What asks for a password stays closed.
type pdfKey struct {
	key   []byte
	aes   bool // else RC4
	whole bool // the key is that of every object: AES-256
}

var (
	pdfEncrypted  = regexp.MustCompile(`/Encrypt\s+(\d+)\s+\d+\s+R`)
	pdfIdentifier = regexp.MustCompile(`/ID\s*\[`)
)

// pdfPadding stands for what a password lacks (Algorithm 2).
var pdfPadding = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

// unlock finds the key of an encrypted PDF; false when it asks for a password, or is encrypted in a way that nobody knows.
func (f *pdf) unlock(raw []byte, number string) bool {
	settings := f.encryption(raw, number)
	revision, version := f.int(settings["R"]), f.int(settings["V"])
	owner, user := f.bytes(settings["O"]), f.bytes(settings["U"])
	method := pdfName("V2")
	if version >= 4 {
		filters := f.dict(settings["CF"])
		name, _ := f.resolve(settings["StmF"]).(pdfName)
		method, _ = f.resolve(f.dict(filters[name])["CFM"]).(pdfName)
	}
	switch {
	case version == 5 && method == "AESV3":
		return f.unlockLong(revision, user, f.bytes(settings["UE"]))
	case version < 1 || version > 4 || method != "V2" && method != "AESV2" || len(owner) < 32 || len(user) < 16:
		return false
	}
	length := 5
	if revision >= 3 {
		if length = f.int(settings["Length"]) / 8; length < 5 || length > 16 || version == 4 {
			length = 16
		}
	}
	id := f.identifier(raw)
	permissions := binary.LittleEndian.AppendUint32(nil, uint32(int64(f.int(settings["P"]))))
	sum := md5.New()
	for _, part := range [][]byte{pdfPadding, owner[:32], permissions, id} {
		sum.Write(part)
	}
	if hidden := f.resolve(settings["EncryptMetadata"]); revision >= 4 && hidden == pdfWord("false") {
		sum.Write([]byte("\xFF\xFF\xFF\xFF"))
	}
	key := sum.Sum(nil)
	if revision >= 3 {
		for range 50 {
			again := md5.Sum(key[:length])
			key = again[:]
		}
	}
	f.key = &pdfKey{key: key[:length], aes: method == "AESV2"}
	return f.key.opens(revision, user, id)
}

// encryption reads the dictionary that says how a PDF is encrypted.
func (f *pdf) encryption(raw []byte, number string) pdfDict {
	start := regexp.MustCompile(`(?:^|[^\d])` + number + `\s+\d+\s+obj\b`)
	at := start.FindIndex(raw)
	if at == nil {
		return nil
	}
	dict, _ := (&pdfLexer{file: f, data: raw, at: at[1], refs: true}).value(0).(pdfDict)
	return dict
}

// identifier is the first of the two strings by which a PDF is known.
func (f *pdf) identifier(raw []byte) []byte {
	at := pdfIdentifier.FindIndex(raw)
	if at == nil {
		return nil
	}
	id, _ := (&pdfLexer{file: f, data: raw, at: at[1]}).value(0).(pdfString)
	return []byte(id)
}

// opens checks that the key is that of an empty password (Algorithms 4 and 5).
func (k *pdfKey) opens(revision int, user, id []byte) bool {
	if revision < 3 {
		return bytes.Equal(rc4ed(k.key, pdfPadding), user[:min(32, len(user))])
	}
	sum := md5.Sum(append(slices.Clone(pdfPadding), id...))
	proof := sum[:]
	for i := range 20 {
		turned := slices.Clone(k.key)
		for n := range turned {
			turned[n] ^= byte(i)
		}
		proof = rc4ed(turned, proof)
	}
	return bytes.Equal(proof, user[:16])
}

func rc4ed(key, data []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return nil
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}

// unlockLong finds the key of AES-256 (ISO 32000-2, Algorithm 2.A).
func (f *pdf) unlockLong(revision int, user, sealed []byte) bool {
	if len(user) < 48 || len(sealed) < 32 || revision != 5 && revision != 6 {
		return false
	}
	check, salt := user[32:40], user[40:48]
	if !bytes.Equal(longHash(revision, check), user[:32]) {
		return false
	}
	block, err := aes.NewCipher(longHash(revision, salt))
	if err != nil {
		return false
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(key, sealed[:32])
	f.key = &pdfKey{key: key, aes: true, whole: true}
	return true
}

// longHash is the digest of an empty password and a salt (ISO 32000-2, Algorithm 2.B).
func longHash(revision int, salt []byte) []byte {
	first := sha256.Sum256(salt)
	sum := first[:]
	if revision < 6 {
		return sum
	}
	for i := 0; ; i++ {
		data := bytes.Repeat(sum, 64)
		block, err := aes.NewCipher(sum[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, sum[16:32]).CryptBlocks(data, data)
		var next hash.Hash
		switch digits := remainder(data[:16]); digits {
		case 0:
			next = sha256.New()
		case 1:
			next = sha512.New384()
		default:
			next = sha512.New()
		}
		next.Write(data)
		sum = next.Sum(nil)
		if i >= 63 && int(data[len(data)-1]) <= i-32 {
			return sum[:32]
		}
	}
}

// remainder is what is left of a number of 16 bytes divided by 3: that of the sum of its bytes, since 256 leaves 1.
func remainder(number []byte) (sum int) {
	for _, b := range number {
		sum += int(b)
	}
	return sum % 3
}

// open decrypts a stream or a string of an object (Algorithm 1).
func (k *pdfKey) open(data []byte, object, generation int) []byte {
	key := k.key
	if !k.whole {
		salted := append(slices.Clone(k.key), byte(object), byte(object>>8), byte(object>>16), byte(generation), byte(generation>>8))
		if k.aes {
			salted = append(salted, "sAlT"...)
		}
		sum := md5.Sum(salted)
		key = sum[:min(len(k.key)+5, 16)]
	}
	if !k.aes {
		return rc4ed(key, data)
	}
	block, err := aes.NewCipher(key)
	if size := len(data) / aes.BlockSize * aes.BlockSize; err == nil && size >= 2*aes.BlockSize {
		out := make([]byte, size-aes.BlockSize)
		cipher.NewCBCDecrypter(block, data[:aes.BlockSize]).CryptBlocks(out, data[aes.BlockSize:size])
		if padding := int(out[len(out)-1]); padding >= 1 && padding <= aes.BlockSize {
			out = out[:len(out)-padding]
		}
		return out
	}
	return nil
}
