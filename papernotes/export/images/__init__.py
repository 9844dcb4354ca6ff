"""Images a post carries along: found, checked, and rid of what they tell beside the picture."""
