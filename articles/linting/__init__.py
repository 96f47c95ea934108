"""Documents → findings: what readers, editors or other programs would stumble over."""
