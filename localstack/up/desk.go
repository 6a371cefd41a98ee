package main

import (
	"context"

	"latchkey/localstack/cloud"
	"latchkey/localstack/deploy"
)

// desk is a LocalStack with the stack on it, and an address before that.
type desk struct {
	cloud *cloud.Cloud
	stack *deploy.Stack
	front *deploy.Front
	drawn string // the administrator's password, if none was given
}

// open starts all that, in order. It has a free address before anything else, since a deployment takes long.
func open(ctx context.Context, s settings) (d *desk, err error) {
	d = &desk{}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if d.front, err = deploy.Listen(s.listen); err != nil {
		return nil, err
	}
	if s.endpoint != "" {
		d.cloud, err = cloud.At(s.endpoint)
	} else {
		d.cloud, err = cloud.Launch(ctx)
	}
	if err != nil {
		return nil, err
	}
	parameters := map[string]string{}
	if s.policy != "" {
		parameters["PolicyDocument"] = s.policy
	}
	d.stack, d.drawn, err = deploy.Up(ctx, d.cloud, deploy.Options{Root: s.root, Parameters: parameters, AdminPassword: s.adminPassword})
	if err != nil {
		return nil, err
	}
	return d, d.front.Serve(d.stack.API)
}

// close ends everything, whatever of it was started.
func (d *desk) close() {
	if d.front != nil {
		d.front.Close()
	}
	if d.cloud != nil {
		d.cloud.Close()
	}
}
