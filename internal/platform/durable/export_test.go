package durable

// CreateOn is Create on another file system than that of the system.
var CreateOn = create
