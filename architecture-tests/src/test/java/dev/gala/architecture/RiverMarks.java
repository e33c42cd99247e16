package dev.gala.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Which tests say, by {@code @RiverPoint}, that they prove which points: read from the sources. */
final class RiverMarks {
  private RiverMarks() {}

  /** The tests of each point, as {@code Class.method}, sorted. */
  static SortedMap<Integer, SortedSet<String>> in(List<Path> files) {
    List<Path> marked =
        files.stream().filter(file -> Sources.read(file).contains("@RiverPoint")).toList();
    var found = new TreeMap<Integer, SortedSet<String>>();
    if (marked.isEmpty()) {
      return found;
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var fileManager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  fileManager,
                  null,
                  List.of("-proc:none"),
                  null,
                  fileManager.getJavaFileObjectsFromPaths(marked));
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(found).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final SortedMap<Integer, SortedSet<String>> found;

    Scanner(SortedMap<Integer, SortedSet<String>> found) {
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      for (AnnotationTree annotation : method.getModifiers().getAnnotations()) {
        String type = annotation.getAnnotationType().toString();
        if (type.equals("RiverPoint") || type.endsWith(".RiverPoint")) {
          String test = owner() + "." + method.getName();
          annotation.getArguments().forEach(argument -> mark(argument, test));
        }
      }
      return super.visitMethod(method, null);
    }

    private void mark(ExpressionTree value, String test) {
      switch (value) {
        case AssignmentTree named -> mark(named.getExpression(), test);
        case NewArrayTree array -> array.getInitializers().forEach(one -> mark(one, test));
        case LiteralTree literal ->
            found.computeIfAbsent((Integer) literal.getValue(), point -> new TreeSet<>()).add(test);
        default ->
            throw new AssertionError(
                "@RiverPoint(" + value + ") of " + test + ": give the numbers themselves");
      }
    }

    private String owner() {
      var names = new ArrayList<String>();
      for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
        Tree leaf = path.getLeaf();
        if (leaf instanceof ClassTree type) {
          names.addFirst(type.getSimpleName().toString());
        }
      }
      return String.join(".", names);
    }
  }
}
