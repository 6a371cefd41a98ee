// Package cfn reads what a desk must know of a SAM template: its functions, and of each the settings, the
// environment, the routes and the rights. So the functions run here as the very template has them that is
// deployed, and tests can hold the template to the code.
//
// It is strict about what it reads: an intrinsic that it does not know, or a name that stands for nothing, is an
// error that says where. What it is not asked for, it does not look at.
package cfn
