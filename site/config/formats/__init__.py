"""How dates are written where Django's own way is not what readers are used to."""
