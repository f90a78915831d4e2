import { createProgram } from './program';
import { runCommandLine } from './run-program';

void runCommandLine(createProgram());
