module dev.gala/interop/rpc

go 1.26.0
