module gala.bench/load

go 1.26
