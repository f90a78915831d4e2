import { createProgram } from '../cli/program';
import { runProgram } from '../cli/run-program';
import { demoCommands } from './index';

void runProgram(createProgram(demoCommands()));
