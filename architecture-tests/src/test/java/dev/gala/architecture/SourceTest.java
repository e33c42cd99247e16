package dev.gala.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What the sources look like: laws 3, 6 and 10 of the house. */
class SourceTest {
  private static final int LONGEST_FILE = 500;
  private static final int LONGEST_TEST = 800;
  private static final int LONGEST_METHOD = 60;
  private static final int MOST_PARAMETERS = 6;
  private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep|TimeUnit\\.\\w+\\.sleep");

  @Test
  void filesAreShort() {
    assertThat(Sources.main()).isNotEmpty().allSatisfy(file -> shorterThan(file, LONGEST_FILE));
    assertThat(Sources.tests()).isNotEmpty().allSatisfy(file -> shorterThan(file, LONGEST_TEST));
  }

  @Test
  void testsDoNotSleep() {
    var sleeping =
        Sources.tests().stream()
            .filter(file -> !file.endsWith("SourceTest.java"))
            .filter(file -> SLEEP.matcher(Sources.read(file)).find())
            .toList();
    assertThat(sleeping).isEmpty();
  }

  @Test
  void methodsAreShortAndNothingIsSynchronized() throws IOException {
    var findings = new ArrayList<String>();
    scan(Sources.main(), findings);
    assertThat(findings).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIs() {
    var silent =
        Sources.main().stream()
            .filter(file -> !file.endsWith("module-info.java"))
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .toList();
    assertThat(silent).isEmpty();
  }

  @Test
  void servicesAreTheSameOnClassPathAndModulePath() throws IOException {
    Pattern provided = Pattern.compile("provides\\s+([\\w.]+)\\s+with\\s+([\\w.]+)\\s*;");
    var checked = new ArrayList<String>();
    for (Path descriptor : Sources.moduleDescriptors()) {
      var matcher = provided.matcher(Sources.read(descriptor));
      while (matcher.find()) {
        Path services = descriptor.getParent().getParent().resolve("resources/META-INF/services");
        assertThat(Sources.read(services.resolve(matcher.group(1))).strip())
            .isEqualTo(matcher.group(2));
        checked.add(matcher.group(1));
      }
    }
    assertThat(checked).isNotEmpty();
  }

  private static void shorterThan(Path file, int limit) {
    assertThat(Sources.read(file).lines().count()).as(file.toString()).isLessThanOrEqualTo(limit);
  }

  private static void scan(List<Path> files, List<String> findings) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var fileManager = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends javax.tools.JavaFileObject> units =
          fileManager.getJavaFileObjectsFromPaths(files);
      JavacTask task =
          (JavacTask) compiler.getTask(null, fileManager, null, List.of("-proc:none"), null, units);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new MethodScanner(unit, positions, findings).scan(unit, null);
      }
    }
  }

  private static final class MethodScanner extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> findings;

    MethodScanner(CompilationUnitTree unit, SourcePositions positions, List<String> findings) {
      this.unit = unit;
      this.positions = positions;
      this.findings = findings;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method));
      if (last - first + 1 > LONGEST_METHOD) {
        report(method, "is " + (last - first + 1) + " lines long");
      }
      if (method.getParameters().size() > MOST_PARAMETERS && !ofRecord()) {
        report(method, "has " + method.getParameters().size() + " parameters");
      }
      if (method.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) {
        report(method, "is synchronized");
      }
      return super.visitMethod(method, null);
    }

    @Override
    public Void visitSynchronized(SynchronizedTree block, Void unused) {
      findings.add(unit.getSourceFile().getName() + " has a synchronized block");
      return super.visitSynchronized(block, null);
    }

    private boolean ofRecord() {
      return Stream.of(getCurrentPath().getParentPath().getLeaf())
          .filter(ClassTree.class::isInstance)
          .anyMatch(owner -> owner.getKind() == Tree.Kind.RECORD);
    }

    private void report(MethodTree method, String what) {
      findings.add(unit.getSourceFile().getName() + ": " + method.getName() + " " + what);
    }
  }
}
