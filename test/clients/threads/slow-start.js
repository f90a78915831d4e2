// A machine that is busy loads the program of a thread slowly: longer than its work may take.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
