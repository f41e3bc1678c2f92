"""What ``make bench`` measures, as ratios against a peer in the same run: these figures travel between machines."""
