import { createProgram } from './program';
import { runProcess } from './run-program';

void runProcess((words) => createProgram(words));
