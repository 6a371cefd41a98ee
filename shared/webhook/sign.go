package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"
)

// sign returns the value of webhook-signature: that of HMAC-SHA256 over id, seconds and body, with dots between.
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + seconds(at) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// seconds is the value of webhook-timestamp.
func seconds(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
