"""The built-in scenarios, one YAML file each."""
