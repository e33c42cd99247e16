module github.com/theopenlane/iam

go 1.26.0

require github.com/theopenlane/utils v0.7.1
