package pgtest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// LoseStandby ends the standby while the primary goes on waiting for its word:
// what is committed now is on one disk only, and must not be acknowledged.
func (c *Cluster) LoseStandby() { c.other.end(syscall.SIGQUIT) }

// FailOverToLost kills the primary and promotes the standby that was lost, as
// who finds the primary's disk broken must.
func (c *Cluster) FailOverToLost() {
	c.t.Helper()
	c.primary.end(syscall.SIGQUIT)
	c.must(c.other.start())
	c.FailOver()
}

// FailOverFrozen promotes the standby while the primary stands still with all
// its connections, as a virtual machine does that is moved or out of memory.
func (c *Cluster) FailOverFrozen() {
	c.t.Helper()
	c.must(c.primary.signalAll(syscall.SIGSTOP))
	c.primary, c.other = c.other, c.primary
	c.t.Cleanup(c.Thaw) // what stands still does not end
	c.must(ask(c.primary.URL("postgres"), "SELECT pg_promote()"))
	c.configure(c.primary, "synchronous_standby_names = ''")
}

// Thaw has the old primary go on where it stood still.
func (c *Cluster) Thaw() {
	c.t.Helper()
	if c.other.cmd != nil {
		c.must(c.other.signalAll(syscall.SIGCONT))
	}
}

// signalAll signals PostgreSQL and each of its processes: they are no group.
func (n *Node) signalAll(signal syscall.Signal) error {
	pid := n.cmd.Process.Pid
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return err
	}
	for _, child := range append([]string{strconv.Itoa(pid)}, strings.Fields(string(children))...) {
		if p, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(p, signal) // it may have ended
		}
	}
	return nil
}
