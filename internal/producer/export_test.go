package producer

// WithDefaults is what Run makes of c.
func (c Config) WithDefaults() Config { return c.withDefaults() }
