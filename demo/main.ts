import { createProgram } from '../cli/program';
import { runProcess } from '../cli/run-program';
import { demo } from './index';

void runProcess((words) => createProgram(words, demo));
