"""Index generations: disposable, built aside, verified, switched to in one step."""
