"""The far side of the controller's pipe."""
