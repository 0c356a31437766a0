"""What tasks use of upstream's clean-up of machines; machines are cleaned by the controller."""

# A machine without iptables has no rules. Where none is of the tests', nothing is touched: not every machine may.
CLEAR = "command -v iptables-save >/dev/null || exit 0; iptables-save | grep -q teuthology || exit 0; iptables-save | grep -v teuthology | iptables-restore"


def clear_firewall(ctx):
    """Removes the rules that tests have marked with the word `teuthology`, on all machines."""
    ctx.cluster.run(args=["sudo", "sh", "-c", CLEAR])
