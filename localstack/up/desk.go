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

// open starts all that, or leaves nothing of it.
func open(ctx context.Context, s settings) (*desk, error) {
	d := &desk{}
	if err := d.start(ctx, s); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// start takes the address before anything else: that it is taken should not be told after a minute.
func (d *desk) start(ctx context.Context, s settings) (err error) {
	if d.front, err = deploy.Listen(s.listen); err != nil {
		return err
	}
	if s.endpoint != "" {
		d.cloud, err = cloud.At(s.endpoint)
	} else {
		d.cloud, err = cloud.Launch(ctx)
	}
	if err != nil {
		return err
	}
	options := deploy.Options{Root: s.root, AdminPassword: s.adminPassword,
		Parameters: map[string]string{"PolicyDocument": s.policy, "HoprdSuperuser": s.superuser,
			"NotifySchedule": "rate(1 minute)"}} // nobody at a desk waits longer
	if d.stack, d.drawn, err = deploy.Up(ctx, d.cloud, options); err != nil {
		return err
	}
	return d.front.Serve(d.stack.API)
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
