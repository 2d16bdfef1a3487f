"""Other engines, one small file each, all of the same shape.

`DISTRIBUTIONS` names what has to be installed, `VARIANTS` the ways to run it, `FED` what it is
given (`dicts`: decoded entities; `files`: the files, of which it reads the one it likes best),
`EXCLUDED` says why a work cannot be expressed in it, `LIMIT` is the most entities it is asked for.
`build(work, variant)` gives a function from what it is fed to pairs of rule and entity id.
"""
