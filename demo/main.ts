import { createProgram } from '../cli/program';
import { runProcess } from '../cli/run-program';
import { demoCommands } from './index';

void runProcess(createProgram(demoCommands()));
