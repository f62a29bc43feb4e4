package score

// ReadView is the way from the rows of a prepared file to a view.
var ReadView = readView
