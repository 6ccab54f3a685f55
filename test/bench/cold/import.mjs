import "legendre";
