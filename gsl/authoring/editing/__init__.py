"""Rule files under the hands of an author: what editors show and change, in plain texts and offsets."""
