"""Small shared tools without models. Everybody may import the kit; the kit imports no app of ours."""
