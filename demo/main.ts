import { createProgram } from '../cli/program';
import { runCommandLine } from '../cli/run-program';
import { demoCommands } from './index';

void runCommandLine(createProgram(demoCommands()));
