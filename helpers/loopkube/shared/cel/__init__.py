"""CEL, the language of validation rules and admission policies, as Kubernetes extends it.

The grammar and the type checker are Google's own (cel-expr-python, whose complaints are word for word cel-go's); it is
imported when the first expression is compiled. The checked expression is evaluated here, since kube-apiserver's bounds
on cost, its lazy variables and the words of its errors are not to be had otherwise.

Reading order:
  values      what an expression computes with beside Python's own values; equality
  syntax      the checked expression, read from its protobuf form
  declare     the functions that Kubernetes adds, for the checker
  messages    the types of a schema, for the checker
  environment what the checker knows
  compiler    `compile_expression`: text in, `Program` or `CompileError` out
  meter       the bound on its cost, and lazy variables
  evaluate    an expression as closures (access, forms)
  operators, conversions, times, texts, lists, networks, quantities, formats, authorizer   what the functions do
  functions   all of them by name
  escaping    names of fields that an expression cannot spell

No cluster is known here, and no kind.
"""
