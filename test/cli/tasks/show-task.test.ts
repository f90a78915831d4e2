import { taskText } from '../../../cli/tasks/show-task';
import { boardTask, NOW, taskSummary } from '../../board/board-facts';

describe('a task as task show prints it', () => {
  it('links to its page on the board where that has a public address', () => {
    const text = taskText(taskSummary(), { now: NOW, utc: true, boardUrl: 'https://board.example' });
    expect(text).toContain(`Board: https://board.example/tasks/acme/${boardTask.taskId}`);
  });

  it('names no board without one', () => {
    expect(taskText(taskSummary(), { now: NOW, utc: true })).not.toContain('Board:');
  });
});
