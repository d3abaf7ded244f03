package door

// Named names bytes by their content.
type Named struct {
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$" doc:"Of the bytes"`
}

// Kept says the name of bytes that were kept.
type Kept struct {
	Body struct {
		SHA256 string `json:"sha256" doc:"Its name: what a menu says as photo"`
	}
}

// KeptAs is the answer to bytes that were kept under a name.
func KeptAs(sum string) *Kept {
	k := &Kept{}
	k.Body.SHA256 = sum
	return k
}

// Forever is bytes that never change under their name.
type Forever struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// Unchanging is the answer with such bytes; whoever has them asks no more.
func Unchanging(mediaType string, body []byte) *Forever {
	return &Forever{mediaType, "private, max-age=31536000, immutable", body}
}
